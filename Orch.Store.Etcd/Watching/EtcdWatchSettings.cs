using Orch.Store.Etcd.Connections;

namespace Orch.Store.Etcd.Watching;

/// <summary>What all watches of a store share.</summary>
/// <param name="CanAskAsync">Whether a member may be asked for progress.</param>
internal sealed record EtcdWatchSettings(
    ProgressDemand Demand, TimeProvider Time, Func<EtcdConnection, CancellationToken, Task<bool>> CanAskAsync);
