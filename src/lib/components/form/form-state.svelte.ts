// What `openForm` is given in a screen, so that everything drawn from a form follows its answers.

/** An object whose changes repaint whoever read them. */
export function formState<T extends object>(initial: T): T {
  const state = $state(initial);
  return state;
}
