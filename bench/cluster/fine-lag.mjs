// Loaded into a replica before its program: measures the lag of the event loop every 10 ms, so that no stall is missed.
import perfHooks from 'node:perf_hooks';

const { monitorEventLoopDelay } = perfHooks;
perfHooks.monitorEventLoopDelay = () => monitorEventLoopDelay({ resolution: 10 });
