/** Every bound of the engine, with its unit and where it comes from. Crossing one is a coded error. */

const MiB = 1024 * 1024;

// Charts

/** Bytes of one chart archive, and of all its files unpacked. @see helm v4.3.1 pkg/chart/loader/archive, MaxDecompressedChartSize */
export const maxChartBytes: number = 100 * MiB;
/** Bytes of a file of a chart that is read by itself. @see helm v4.2.4 pkg/chart/loader/archive, MaxDecompressedFileSize */
export const maxChartFileBytes: number = 5 * MiB;
/** Charts in charts in a chart. Helm sets no bound. */
export const maxChartDepth = 20;
/** Bytes of all archives in a chart, unpacked. Helm sets no bound. */
export const maxNestedChartBytes: number = 400 * MiB;

// YAML

/** Bytes of one YAML document that a person wrote. */
export const maxDocumentBytes: number = 10 * MiB;
/** Collections in collections in one YAML text; go-yaml stops at 10000, which no one writes and no stack here bears. */
export const maxYamlDepth = 500;

// Rendering

/** Bytes that one render may write, over all files. */
export const maxRenderBytes: number = 64 * MiB;
/** Milliseconds that one render may take. */
export const maxRenderMs = 30_000;
/** MiB of memory that the render worker may take. */
export const maxRenderMemoryMb = 1024;
/** Nested includes of one name. @see helm v4.3.1 pkg/engine, recursionMaxNums */
export const maxIncludes = 1000;
/** Nested template calls. @see go1.26 text/template/exec.go, maxExecDepth */
export const maxExecDepth = 100_000;

// Working copies

/** Folders of a working copy that are looked through for ignore rules. */
export const maxFolders = 20_000;
/** YAML files read of one working copy. */
export const maxWorkspaceFiles = 5_000;

// Requests for sources

/** Milliseconds for one request to a chart repository or registry. @see source-controller v1.9, default timeout 60s */
export const sourceTimeoutMs = 60_000;
/** Tries of one request to a registry that says it has too much to do. */
export const maxSourceAttempts = 3;
/** Milliseconds before the next try, where the registry does not say how long. */
export const sourcePauseMs = 1_000;
/** Redirects that one request follows. @see Go 1.26 net/http, defaultCheckRedirect */
export const maxRedirects = 10;
/** Milliseconds that a cluster's or a registry's Retry-After is followed at most. */
export const maxRetryAfterMs = 10_000;

// Chart repositories and registries

/** Bytes of a repository index. @see source-controller v1.9 --helm-index-max-size */
export const maxIndexBytes: number = 50 * MiB;
/** Bytes of memory for repository indexes that a process keeps open. */
export const maxOpenIndexBytes: number = 96 * MiB;
/** Bytes of notes on what is in the cache, some 200 for each URL that was fetched. */
export const maxNoteBytes: number = 4 * MiB;
/** Bytes of a manifest, token or list of tags from a registry. @see OCI distribution-spec v1.1, which lets registries refuse manifests above 4 MiB */
export const maxRegistryAnswerBytes: number = 4 * MiB;
/** Pages of a registry's list of tags. */
export const maxTagPages = 1000;
/** Signatures of one artifact that are looked at. */
export const maxSignatures = 100;
/** Bytes of one signature, or of all that is signed with it. */
export const maxSignatureBytes: number = 4 * MiB;

// Git repositories and buckets

/** Bytes of all files of a Git repository or a bucket, without what is ignored. */
export const maxSourceBytes: number = 256 * MiB;
/** Bytes of the names and hashes that a Git repository shows. */
export const maxGitRefsBytes: number = 64 * MiB;
/** Bytes of the list of files of one commit. */
export const maxGitTreeBytes: number = 64 * MiB;
/** Submodules within submodules. @see go-git v5, DefaultSubmoduleRecursionDepth */
export const maxSubmoduleDepth = 10;
/** Objects of a bucket that are looked at. */
export const maxBucketObjects = 100_000;

// Clusters

/** Bytes of one answer from a cluster. */
export const maxClusterBytes: number = 64 * MiB;
/** Items asked of the API server at once. */
export const listPageSize = 500;
/** Milliseconds for one request to a cluster; admission webhooks may take 30 s of it. */
export const clusterTimeoutMs = 60_000;
/** Tries of one request to a cluster. */
export const maxClusterAttempts = 5;
