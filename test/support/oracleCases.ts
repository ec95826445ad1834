/** What the oracle can be asked, and what it answers; test/oracle/README.md says what each means. */

/** A Go string: `base64` where it is not UTF-8. */
export type OracleText = string | { readonly base64: string };

/** A Go value with its type, as test/oracle/README.md describes. */
export interface OracleTyped {
  readonly t: string;
  readonly v?: OracleTypedValue;
  readonly nil?: true;
}

export type OracleTypedValue =
  | boolean
  | OracleText
  | OracleTyped
  | readonly OracleTyped[]
  | readonly (readonly [OracleTyped, OracleTyped])[]
  | Readonly<Record<string, OracleTyped>>;

export type Json = boolean | number | string | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** One of `chartPath`, `files` and `archive`; bytes are Base64. */
export interface OracleChart {
  readonly chartPath?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly folder?: boolean;
  readonly archive?: string;
}

export interface OracleRender extends OracleChart {
  readonly values?: JsonObject | string;
  readonly release?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly revision?: number;
    readonly isUpgrade?: boolean;
    readonly isInstall?: boolean;
  };
  readonly capabilities?: {
    readonly kubeVersion?: string;
    readonly apiVersions?: readonly string[];
    readonly onlyApiVersions?: boolean;
  };
}

export interface OracleHook {
  readonly name: string;
  readonly kind: string;
  readonly path: string;
  readonly manifest: string;
  readonly events: readonly string[];
  readonly weight?: number;
  readonly delete_policies?: readonly string[];
  readonly output_log_policies?: readonly string[];
}

export interface OracleChartContents {
  readonly metadata: JsonObject;
  readonly values: JsonObject | null;
  readonly templates: readonly string[];
  readonly files: readonly string[];
  readonly crds: readonly string[];
  readonly schema?: OracleText;
  readonly lock?: JsonObject;
  readonly dependencies: Readonly<Record<string, OracleChartContents>>;
}

export interface OracleDependencies {
  readonly [name: string]: OracleDependencies;
}

export interface OracleHelm {
  readonly args: readonly string[];
  readonly stdin?: OracleText;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface OracleHelmResult {
  readonly stdout: OracleText;
  readonly stderr: OracleText;
  readonly exitCode: number;
}

export interface OracleYaml {
  readonly text: OracleText;
  readonly into?: 'any' | 'map' | 'list';
}

export interface OracleLoaded {
  readonly typed: OracleTyped;
  readonly json?: OracleText;
}

export interface OracleValues {
  readonly values: JsonObject;
  readonly typed: OracleTyped;
}

export interface OracleVersion {
  readonly original: string;
  readonly error?: string;
  readonly string: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly prerelease: string;
  readonly metadata: string;
}

interface Operation<Case, Answer> {
  readonly case: Case;
  readonly answer: Answer;
}

/** Every operation with its case and its answer. */
export interface OracleOperations {
  readonly about: Operation<
    unknown,
    {
      readonly modules: Readonly<Record<string, string>>;
      readonly go: string;
      readonly capabilities: {
        readonly KubeVersion: { readonly Version: string; readonly Major: string; readonly Minor: string };
        readonly APIVersions: readonly string[];
        readonly HelmVersion: Readonly<Record<string, string>>;
      };
    }
  >;
  readonly template: Operation<
    {
      readonly text: OracleText;
      readonly name?: string;
      readonly data?: Json;
      readonly typed?: OracleTyped;
      readonly funcs?: 'go' | 'sprig' | 'helm';
      readonly missingkey?: 'default' | 'zero' | 'error';
    },
    { readonly output: OracleText }
  >;
  readonly call: Operation<
    { readonly fn: string; readonly args?: readonly OracleTyped[]; readonly funcs?: 'go' | 'sprig' | 'helm' },
    { readonly result: OracleTyped }
  >;
  readonly functions: Operation<
    { readonly funcs: 'sprig' | 'helm' },
    { readonly functions: Readonly<Record<string, string>> }
  >;
  readonly fmt: Operation<
    {
      readonly format?: OracleText;
      readonly args?: readonly OracleTyped[];
      readonly verb?: 'sprintf' | 'sprint' | 'sprintln';
    },
    { readonly output: OracleText }
  >;
  readonly chart: Operation<OracleChart, OracleChartContents>;
  readonly render: Operation<
    OracleRender,
    { readonly files: Readonly<Record<string, OracleText>>; readonly notes: OracleText }
  >;
  readonly bench: Operation<
    OracleChart & { readonly values: readonly JsonObject[]; readonly release?: OracleRender['release'] },
    {
      readonly coldNs: readonly number[];
      readonly preparedNs: readonly number[];
      readonly engineNs: readonly number[];
      readonly random: boolean;
    }
  >;
  readonly install: Operation<
    OracleRender & { readonly includeCrds?: boolean; readonly subNotes?: boolean },
    { readonly manifest: OracleText; readonly hooks: readonly OracleHook[]; readonly notes: OracleText }
  >;
  readonly coalesce: Operation<
    OracleRender & { readonly stage?: 'coalesce' | 'merge' | 'render' },
    OracleValues & { readonly dependencies: OracleDependencies }
  >;
  readonly sortManifests: Operation<
    { readonly files: Readonly<Record<string, OracleText>>; readonly uninstall?: boolean },
    {
      readonly hooks: readonly OracleHook[];
      readonly manifests: readonly { readonly name: string; readonly kind: string; readonly content: OracleText }[];
    }
  >;
  readonly repoIndex: Operation<{ readonly text: OracleText }, { readonly index: JsonObject }>;
  readonly helm: Operation<OracleHelm, OracleHelmResult>;
  readonly helmTemplate: Operation<OracleHelm, OracleHelmResult>;
  readonly yamlLoad: Operation<OracleYaml, OracleLoaded>;
  readonly yamlLoadStrict: Operation<OracleYaml, OracleLoaded>;
  readonly yamlDump: Operation<{ readonly json: Json }, { readonly text: OracleText }>;
  readonly yamlDumpTyped: Operation<
    { readonly value: OracleTyped; readonly writer?: 'sigs' | 'pretty' | 'v2' | 'v3' | 'flux' },
    { readonly text: OracleText }
  >;
  readonly yamlDocuments: Operation<{ readonly text: OracleText }, { readonly documents: readonly OracleText[] }>;
  readonly valuesLoad: Operation<{ readonly text: OracleText; readonly reader?: 'helm' | 'flux' }, OracleValues>;
  readonly strvals: Operation<
    { readonly kind: 'set' | 'string' | 'json' | 'literal'; readonly text: OracleText; readonly into?: JsonObject },
    OracleValues
  >;
  readonly valuesDigest: Operation<
    { readonly values?: JsonObject; readonly typed?: OracleTyped },
    { readonly digest: string; readonly text: OracleText }
  >;
  readonly merge: Operation<{ readonly a: JsonObject; readonly b: JsonObject }, OracleValues>;
  readonly valuesFrom: Operation<
    {
      readonly namespace?: string;
      readonly values?: JsonObject;
      readonly valuesFrom: readonly {
        readonly kind: string;
        readonly name: string;
        readonly valuesKey?: string;
        readonly targetPath?: string;
        readonly optional?: boolean;
        readonly literal?: boolean;
      }[];
      readonly configMaps?: Readonly<Record<string, Readonly<Record<string, string>>>>;
      readonly secrets?: Readonly<Record<string, Readonly<Record<string, OracleText>>>>;
    },
    OracleValues
  >;
  readonly version: Operation<
    { readonly versions: readonly string[]; readonly strict?: boolean },
    { readonly versions: readonly OracleVersion[] }
  >;
  readonly constraint: Operation<
    { readonly constraint: string; readonly versions: readonly string[]; readonly includePrerelease?: boolean },
    {
      readonly string: string;
      readonly ok: readonly (boolean | 'invalid')[];
      readonly reasons: readonly (readonly string[])[];
    }
  >;
  readonly sortVersions: Operation<
    { readonly versions: readonly string[] },
    { readonly sorted: readonly string[]; readonly invalid: readonly string[] }
  >;
  readonly releaseCodec: Operation<
    { readonly release?: JsonObject; readonly labels?: Readonly<Record<string, string>>; readonly payload?: string },
    | {
        readonly name: string;
        readonly type: string;
        readonly labels: Readonly<Record<string, string>>;
        readonly payload: string;
        readonly json: OracleText;
      }
    | { readonly release: JsonObject; readonly labels: Readonly<Record<string, string>> | null }
  >;
  readonly status: Operation<{ readonly object: JsonObject }, { readonly status: string; readonly message: string }>;
  readonly certificate: Operation<
    { readonly cert: string; readonly key: string; readonly roots?: string; readonly name?: string },
    /** What the certificate says, less what is random in it; two that are made alike say the same. */
    Readonly<Record<string, Json>>
  >;
  readonly privateKey: Operation<
    { readonly key: string },
    { readonly type: string; readonly kind: string; readonly bits: number; readonly rest: number }
  >;
  readonly bcrypt: Operation<{ readonly hash: string; readonly password: OracleText }, { readonly cost: number }>;
}

export type OracleOperation = keyof OracleOperations;

/** A case of the operation `Op`. */
export type OracleCase<Op extends OracleOperation> = { readonly op: Op } & OracleOperations[Op]['case'];

/** The real thing refused, in its own words. */
export interface OracleRefusal {
  readonly error: string;
  readonly panic?: true;
}

/** What the real thing gave, or its refusal (`'error' in answer`); `log` has what it logged meanwhile. */
export type OracleAnswer<Op extends OracleOperation> = (OracleOperations[Op]['answer'] | OracleRefusal) & {
  readonly log?: readonly string[];
};
