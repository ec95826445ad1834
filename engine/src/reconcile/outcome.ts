import type { NamespacedName } from '../support/index.ts';

/** How the reconcile of one release ended. */
export type Outcome =
  | { readonly kind: 'ready'; readonly release: NamespacedName; readonly revision: number; readonly message: string }
  | { readonly kind: 'stalled'; readonly release: NamespacedName; readonly reason: string; readonly message: string }
  | {
      readonly kind: 'requeue';
      readonly release: NamespacedName;
      readonly afterMs: number;
      readonly reason: string;
      readonly message: string;
    }
  /** What was asked for is done, and it was no reconcile. */
  | { readonly kind: 'done'; readonly release: NamespacedName; readonly message: string }
  /** Flux was asked and has not answered yet. */
  | { readonly kind: 'asked'; readonly release: NamespacedName; readonly message: string }
  | { readonly kind: 'refused'; readonly release: NamespacedName; readonly reason: string; readonly message: string };

/** What a long operation says while it runs. */
export interface ProgressEvent {
  readonly release: NamespacedName;
  readonly severity: 'info' | 'warning' | 'error';
  readonly reason: string;
  readonly message: string;
}
