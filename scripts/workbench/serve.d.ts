export interface WorkbenchOptions {
    /** Of `installWorkbench`. */
    readonly codeServer: string;
    /** A folder for this run's profile, extensions and logs. */
    readonly stateFolder: string;
    readonly vsix: string;
    /** The folder that the editor opens. */
    readonly workspace: string;
    /** `undefined` lets the system choose. */
    readonly port?: number;
    /** `undefined` turns the login off: only for tests, on loopback. */
    readonly password?: string;
    readonly settings: Readonly<Record<string, unknown>>;
    readonly env: Readonly<Record<string, string>>;
}
export interface Workbench {
    readonly url: string;
    stop(): Promise<void>;
}
/** Installs the extension into a fresh profile and serves the editor on a loopback port. */
export declare function startWorkbench(options: WorkbenchOptions): Promise<Workbench>;
/** A loopback port that nothing listens on now. */
export declare function freePort(): Promise<number>;
