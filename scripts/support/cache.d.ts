/** The user's folder for things that take long to build or fetch: `$FAIRLEAD_CACHE`, else below the XDG cache folder. */
export declare function cacheFolder(): string;
/**
 * The folder `name` of the cache, filled by `make` when it is not there yet. `make` works in a folder of its own that
 * is moved into place when it is complete, so a broken run leaves nothing half-made behind.
 */
export declare function cached(name: string, make: (folder: string) => Promise<void>): Promise<string>;
export declare function exists(file: string): Promise<boolean>;
