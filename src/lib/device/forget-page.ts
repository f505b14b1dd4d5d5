// What a page keeps beside the databases: its own small storage, and the cookies it can reach (the session's it cannot; the
// server ends that one with its refusal). Throws nothing.

export function forgetPage(): void {
  for (const storage of ['localStorage', 'sessionStorage'] as const) {
    try {
      globalThis[storage].clear();
    } catch {
      // A browser that keeps nothing has nothing to forget.
    }
  }
  for (const cookie of document.cookie.split(';')) {
    const name = cookie.split('=')[0]?.trim();
    if (name) document.cookie = `${name}=; Max-Age=0; Path=/`;
  }
}
