using Orch.Store.Memory.History;

namespace Orch.Store.Memory.Watching;

/// <summary>Where a watch begins: first the history through <paramref name="LiveFrom"/>, then the chain after <paramref name="Link"/>.</summary>
/// <param name="Group">Joined; to be left again.</param>
/// <param name="Link">The newest link when the watch joined.</param>
/// <param name="Backlog">First commit of the history to deliver; null where there is none.</param>
/// <param name="LiveFrom">The revision when the watch joined.</param>
internal readonly record struct WatchStart(WatchGroup Group, WatchLink Link, CommitRecord? Backlog, long LiveFrom);
