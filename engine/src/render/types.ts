import type { Capabilities, Chart, SchemaCache } from '../chart/index.ts';
import type { GoMap, Value } from '../gostd/index.ts';
import type { Flows, FuncMap, NamedPath, ParsedTexts } from '../gotemplate/index.ts';
import type { Origins } from '../support/index.ts';
import type { RenderTrace } from './trace/trace.ts';

/** What templates learn of the release. */
export interface ReleaseFacts {
  readonly name: string;
  readonly namespace: string;
  readonly isInstall: boolean;
  readonly isUpgrade: boolean;
  readonly revision: number;
}

/** What a template looked up: one object, or a list when `name` is empty. */
export interface LookupKey {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Answers to `lookup`. */
export interface LookupSnapshot {
  /** The object or list, an empty map where there is none in the cluster, `undefined` where nobody asked yet. */
  get(key: LookupKey): Value;
}

/** Time, randomness and a place, for templates that ask for them. */
export interface RenderWorld {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds that the program ran for, which `now` prints behind the time; a twentieth of a second if not told. */
  uptime?(): number | undefined;
  randomBytes(count: number): Uint8Array;
  /** IANA name of the zone that Go calls `Local`. */
  readonly timeZone: string;
}

/** What a render may use up, and who looks on. */
export interface RenderLimits {
  /** Bytes that one render may write, over all files. */
  readonly maxBytes: number;
  /** Milliseconds that it may take, by `RenderWorld.now`. */
  readonly maxMs: number;
  /** Asked now and then while templates run: why the render must stop, or nothing. */
  readonly reasonToStop?: () => string | undefined;
  /** Told which template is parsed or executed from now on. */
  readonly onTemplate?: (name: string) => void;
}

/** What one render remembers between calls of functions. */
export interface RenderState {
  readonly lookup: LookupSnapshot;
  /** By `lookupText`. */
  readonly missing: Map<string, LookupKey>;
  /** How many times each name is being included right now. */
  readonly included: Map<string, number>;
}

/** Where the functions of templates come from. */
export interface RenderFunctions {
  for(world: RenderWorld, state: RenderState): FuncMap;
}

/** What was made of charts, for the next render of the same; it changes no result. Made by `newRenderCache`. */
export interface RenderCache {
  readonly parsed: ParsedTexts;
  readonly schemas: SchemaCache;
  readonly functions: RenderFunctions;
  /** By chart: what its templates name, and which templates these were. */
  readonly named: WeakMap<Chart, { readonly templates: string; readonly named: readonly NamedPath[] }>;
  /** By chart: what flowed where in traced renders. */
  readonly flows: WeakMap<Chart, Flows>;
}

/** Everything a render depends on. */
export interface RenderRequest {
  readonly chart: Chart;
  /** The user's values, without the chart's defaults. */
  readonly values: GoMap;
  readonly release: ReleaseFacts;
  readonly capabilities: Capabilities;
  readonly world: RenderWorld;
  readonly lookup: LookupSnapshot;
  readonly skipSchemaValidation: boolean;
  readonly limits: RenderLimits;
  /** Origins of the user's values; those of defaults are added. Absent: nobody traces. */
  readonly origins?: Origins;
  /** Absent: nothing is kept. */
  readonly cache?: RenderCache;
  /** Whether to say who wrote each line, from which values. */
  readonly trace?: boolean;
}

/** What came of a render. */
export interface Rendered {
  /** The chart that was rendered: disabled charts gone, imported values in `values`. A release stores this one. */
  readonly chart: Chart;
  /** What templates were given as `.Values`, before any of them changed it. */
  readonly values: GoMap;
  /** Text of every template but partials, NOTES.txt included, by name. */
  readonly files: ReadonlyMap<string, string>;
  /** What `lookup` had no answer for; templates got an empty map. */
  readonly missingLookups: readonly LookupKey[];
  /** What Helm would log about values, in its words, and which schemas they could not be held against. */
  readonly warnings: readonly string[];
  /** Where it was asked for. */
  readonly trace?: RenderTrace;
}
