using k8s.Models;

namespace Orch.ApiServer.Apply;

/// <summary>What an apply comes to.</summary>
/// <param name="Json">The new object without managed fields; null where nothing changes, and with conflicts.</param>
/// <param name="Entries">Its managed fields.</param>
/// <param name="Conflicts">Not empty: nothing is to be written.</param>
internal sealed record ApplyOutcome(byte[]? Json, List<V1ManagedFieldsEntry> Entries, IReadOnlyList<ApplyConflict> Conflicts);
