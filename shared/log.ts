export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

export type Log = (level: LogLevel, message: string) => void;
