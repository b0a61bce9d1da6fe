import { singleFlight } from '../async/single-flight.ts';
import { type Device, type DeviceOptions, registerDevice } from './device.ts';

/** This device, registered when first needed and again when the core forgot it. */
export class DeviceKeeper {
  readonly #register: () => Promise<Device>;
  #device: Device | undefined;

  constructor(options: DeviceOptions) {
    this.#register = singleFlight(async () => {
      this.#device = await registerDevice(options);
      return this.#device;
    });
  }

  /** The device's URL once it is known. */
  get url(): string | undefined {
    return this.#device?.url;
  }

  async device(): Promise<Device> {
    return this.#device ?? this.#register();
  }

  /** Asks the core again whether it knows the device. */
  forget(): void {
    this.#device = undefined;
  }
}
