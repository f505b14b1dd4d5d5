// What the browser tells of the tablet itself: its battery and the room left. Undefined where a browser does not tell.

interface Battery extends EventTarget {
  level: number;
  charging: boolean;
}

/** Chromium's alone: W3C Battery Status API. */
interface WithBattery {
  getBattery?: () => Promise<Battery>;
}

export class TabletState {
  battery = $state.raw<{ level: number; charging: boolean } | undefined>();
  roomBytes = $state<number | undefined>();

  /** Begins to listen; call what it returns to stop. */
  watch(): () => void {
    let stop: () => void = () => undefined;
    let stopped = false;
    void (navigator as WithBattery).getBattery?.().then(
      (battery) => {
        const take = () => (this.battery = { level: battery.level, charging: battery.charging });
        take();
        const events = ['levelchange', 'chargingchange'];
        for (const event of events) battery.addEventListener(event, take);
        stop = () => {
          for (const event of events) battery.removeEventListener(event, take);
        };
        if (stopped) stop();
      },
      () => undefined,
    );
    void this.#measure();
    return () => {
      stopped = true;
      stop();
    };
  }

  async #measure(): Promise<void> {
    const estimate = await navigator.storage?.estimate?.().catch(() => undefined);
    if (estimate?.quota !== undefined) this.roomBytes = estimate.quota - (estimate.usage ?? 0);
  }
}
