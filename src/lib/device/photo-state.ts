// The shapes a screen sees of photos.

export type PhotoTaken =
  /** On the medium, sealed. */
  | { outcome: 'kept'; photo: string }
  /** No room, even without copies of others' photos: nothing was written, the form stays. */
  | { outcome: 'full' }
  /** No picture, or none that this browser opens. */
  | { outcome: 'unreadable' }
  /** The form has as many as it may. */
  | { outcome: 'enough' }
  | { outcome: 'failed' };

export interface AskedPhoto {
  photo: string;
  /** The visit that names it; absent for one of an unsaved form. */
  of?: { visit: string; household: string; digest: string };
}

export type PhotoRead =
  | { outcome: 'here'; picture: Blob }
  /** Not on this tablet, and nobody answers. */
  | { outcome: 'offline' }
  /** Not on this tablet, and not on the server (yet). */
  | { outcome: 'notThere' }
  /** Not what its visit names, or of no household here. */
  | { outcome: 'failed' };
