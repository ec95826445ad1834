import type { Position } from './problem.ts';

/** Where a value was written. A value whose text must not be shown is `secret`; one nobody can know here is `unknown`. */
export type Origin =
  | { readonly kind: 'chart'; readonly chart: string; readonly file: string; readonly position: Position }
  | { readonly kind: 'user'; readonly layer: string; readonly file: string; readonly position: Position }
  | { readonly kind: 'flag'; readonly flag: string }
  | { readonly kind: 'computed'; readonly by: string }
  | { readonly kind: 'secret'; readonly object: string; readonly key: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Whether text that came from here may be shown, logged or written. */
export function isShowable(origin: Origin | undefined): boolean {
  return origin?.kind !== 'secret' && origin?.kind !== 'unknown';
}

/**
 * Origins beside the values they describe: by the map or list that holds a value, and its key or index.
 * Values stay plain, so code that does not trace pays nothing.
 */
export class Origins {
  readonly #byContainer = new WeakMap<object, Map<string | number, Origin>>();

  get(container: object, key: string | number): Origin | undefined {
    return this.#byContainer.get(container)?.get(key);
  }

  set(container: object, key: string | number, origin: Origin): void {
    let origins = this.#byContainer.get(container);
    if (origins === undefined) {
      origins = new Map();
      this.#byContainer.set(container, origins);
    }
    origins.set(key, origin);
  }

  /** Takes over the origin of one place for another, as merging does. */
  copy(from: object, fromKey: string | number, to: object, toKey: string | number): void {
    const origin = this.get(from, fromKey);
    if (origin !== undefined) {
      this.set(to, toKey, origin);
    }
  }
}
