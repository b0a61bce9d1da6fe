// Loaded before a server's entry: when the supervisor is gone, however it ended, the server stops as if asked to, so that no
// evaluation leaves orphans behind.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
