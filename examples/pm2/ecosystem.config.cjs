// What PM2 is to run: `pm2 start ecosystem.config.cjs`.

module.exports = {
  apps: [
    {
      name: "shop",
      script: "app.mjs",
      cwd: __dirname,
      instances: 2,
      exec_mode: "cluster",
      // So long after its SIGINT a process is killed. A log needs some milliseconds.
      kill_timeout: 30_000,
    },
  ],
};
