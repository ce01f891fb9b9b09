using Orch.Store.Memory.Index;

namespace Orch.Store.Memory.History;

/// <summary>The version that a commit gave a key, so that compaction and roll-back find it without a search.</summary>
internal readonly record struct KeyChange(KeyHistory History, KeyVersion Version);
