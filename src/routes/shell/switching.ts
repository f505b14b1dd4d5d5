// 换人 was asked for: the cover that follows begins with the names. Kept over the new page a lock begins with, in this tab;
// it says of nobody who was here.

const WANTED = 'qiaomen-switching';

export class Switching {
  /** Where the browser keeps nothing: of this page alone. */
  #here = false;

  ask(): void {
    this.#here = true;
    try {
      sessionStorage.setItem(WANTED, 'yes');
    } catch {
      // Then there is no page anew either.
    }
  }

  /** Whether it was asked for; told once. */
  take(): boolean {
    let asked = this.#here;
    this.#here = false;
    try {
      asked ||= sessionStorage.getItem(WANTED) !== null;
      sessionStorage.removeItem(WANTED);
    } catch {
      // As above.
    }
    return asked;
  }
}
