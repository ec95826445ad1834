import type { Value } from './value.ts';

/** A value that JSON cannot say, or a text that is no JSON; the message is encoding/json's. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  /** What json.Unmarshal leaves in its target all the same: a number that is out of range is nil, the rest is there. */
  readonly value: Value;

  constructor(message: string, value: Value = null) {
    super(message);
    this.value = value;
  }
}
