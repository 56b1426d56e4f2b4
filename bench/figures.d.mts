export declare function keep(part: string, figures: unknown): void;
