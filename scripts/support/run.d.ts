/** The folder of package.json. */
export declare const root: string;
export interface RunOptions {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    /** Output is passed on while it comes, or kept and given back only. */
    readonly output: 'inherit' | 'capture';
    readonly signal?: AbortSignal;
}
export interface RunResult {
    readonly code: number;
    /** Standard output and error, in the order they came; empty with `inherit`. */
    readonly output: string;
}
/** Runs a program without a shell and waits for its end. A program that cannot be started gives code 127. */
export declare function run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult>;
/** Whether a program is on the PATH and runs. */
export declare function has(command: string, ...args: readonly string[]): Promise<boolean>;
