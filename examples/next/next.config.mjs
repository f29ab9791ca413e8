/** @type {import("next").NextConfig} */
export default {
  // Loaded by Node as it is, one copy for the whole server: its loggers are everybody's.
  serverExternalPackages: ["daybook"],
};
