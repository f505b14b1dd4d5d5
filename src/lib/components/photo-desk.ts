// What photo components ask of whoever keeps the pictures: a form's question and a visit that is read hold ids alone.
import { getContext, setContext } from 'svelte';

export type PhotoTaken =
  /** On this tablet, sealed. */
  | { outcome: 'kept'; photo: string }
  /** `full`: no room. `unreadable`: no picture, or none this browser opens. `enough`: the form has as many as it may. */
  | { outcome: 'full' | 'unreadable' | 'enough' | 'failed' };

export type PhotoRead =
  | { outcome: 'here'; picture: Blob }
  /** On the server, and there is no network. */
  | { outcome: 'offline' }
  /** On the tablet that took it, and nowhere else yet. */
  | { outcome: 'notThere' }
  | { outcome: 'failed' };

/** Of one unsaved form. */
export interface PhotoDesk {
  take(picture: Blob): Promise<PhotoTaken>;
  read(photo: string): Promise<PhotoRead>;
  /** `gone`: it is no unsaved form's any more. */
  remove(photo: string): Promise<'done' | 'gone'>;
  /** `gone` also where another has taken its place. */
  restore(photo: string): Promise<'done' | 'gone'>;
}

const KEY = Symbol('photo desk');
export const providePhotoDesk = (desk: PhotoDesk): PhotoDesk => setContext(KEY, desk);
/** Undefined where no form is filled in. */
export const usePhotoDesk = (): PhotoDesk | undefined => getContext<PhotoDesk | undefined>(KEY);
