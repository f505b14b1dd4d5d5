// One step back inside the app; never out of it. Chromium 102 and newer know whether there is such a step.

/** False where there is none, or nobody can tell: the caller then goes to an address. */
export function goBack(): boolean {
  const { navigation } = window as { navigation?: { canGoBack: boolean } };
  if (!navigation?.canGoBack) return false;
  history.back();
  return true;
}
