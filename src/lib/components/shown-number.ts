// How a row of a card has the numbers of people shown: whose and which, and what stands whole for the moment. The number
// itself is in no row's data.

/** Which number of whom: a resident, or a building for its leader's. */
export interface NumberPlace {
  about: string;
  field: 'idNumber' | 'documentNumber' | 'phone';
  /** Of several phones; absent: the first. */
  position?: number;
}

/** A number that stands whole on a screen for the moment. */
export interface ShownNumber {
  number: string;
  /** Until it is masked again. */
  secondsLeft: number;
}

export interface NumberDesk {
  /** Undefined while it is masked. */
  shownOf(place: NumberPlace): ShownNumber | undefined;
  /** Why none of hers is shown, in words. */
  problemOf(about: string): string | undefined;
  show(place: NumberPlace): void;
  dial(place: NumberPlace): void;
  hide(): void;
}
