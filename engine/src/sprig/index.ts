/**
 * The functions that Helm's templates have from Sprig: Masterminds/sprig v3.3.0, TxtFuncMap, with the results, types
 * and error words of Go.
 * Time and randomness come only from the world that is passed in; `now` has whole milliseconds and no monotonic clock.
 * Where Go's order is random (`keys`, `values`), ours is that of the keys.
 * Left out: `env` and `expandenv`, which Helm removes, and `getHostByName`, which Helm replaces by its own.
 */
export { controls, define, mustName, type SprigWorld, textOf } from './define.ts';
export { sprigFuncMap } from './functions.ts';
