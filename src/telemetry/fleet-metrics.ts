import type { Meter } from '@opentelemetry/api';
import type { Sample } from '../app/ports.ts';

/**
 * Gauges of the fleet, by what the last sweep saw.
 *
 * @returns shows what is to be collected next; what is shown no longer has no series, as where a target has left a phase
 */
export function fleetMetrics(meter: Meter): (samples: readonly Sample[]) => void {
  let shown: readonly Sample[] = [];
  const known = new Set<string>();
  const make = ({ name, help }: Sample): void => {
    if (known.has(name)) return;
    known.add(name);
    meter.createObservableGauge(`signalr_key_rotation_${name}`, { description: help }).addCallback((result) => {
      for (const sample of shown) if (sample.name === name) result.observe(sample.value, sample.labels);
    });
  };
  return (samples) => {
    samples.forEach(make);
    shown = samples;
  };
}
