// GPU Observatory under PM2: pm2 start ecosystem.config.cjs && pm2 save
//
// Every variable of `gpu-observatory --help` can stand under `env`. What the shell that
// starts PM2 has set counts as well, and three of them are named below.

const { GPU_OBSERVATORY_BINARY, GPU_MONITOR_HOST, GPU_MONITOR_PORT } = process.env;

module.exports = {
  apps: [
    {
      name: 'gpu-observatory',
      script: GPU_OBSERVATORY_BINARY ?? '/usr/bin/gpu-observatory',
      // A program of its own, and one of it: it serves all viewers.
      interpreter: 'none',
      exec_mode: 'fork',
      instances: 1,
      // It does not look into the Git repository around it.
      vizion: false,
      env: {
        GPU_MONITOR_HOST: GPU_MONITOR_HOST ?? '127.0.0.1',
        GPU_MONITOR_PORT: GPU_MONITOR_PORT ?? '5000',
        GPU_MONITOR_LOG_FORMAT: 'json',
      },
      // Again after a crash: at once, then ever later, up to every 15 s.
      autorestart: true,
      exp_backoff_restart_delay: 100,
      // Not after a mistake in the settings, which stays one (PM2 still lists it as waiting).
      stop_exit_codes: [2],
      // It is gone within 3 s of a signal.
      kill_timeout: 5000,
      max_memory_restart: '512M',
      // Each line of the log has its time already. `pm2 install pm2-logrotate` keeps it short.
      time: false,
      merge_logs: true,
    },
  ],
};
