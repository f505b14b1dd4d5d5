// Data that stay true while somebody looks at them.

/** `current` is undefined until the first answer, then always the newest. Stops with its component. */
export interface Live<T> {
  readonly current: T | undefined;
  readonly failed: boolean;
}
