using k8s.Models;
using Orch.ApiServer.Health;
using Orch.Health;

namespace Orch.ApiServer.Components;

/// <summary>Asks the parts of the control plane how they are: those of this process directly, others on the machine as upstream does.</summary>
internal sealed class ComponentChecks
{
    private readonly SortedDictionary<string, Func<CancellationToken, ValueTask<V1ComponentCondition>>> _checks = new(StringComparer.Ordinal);

    public ComponentChecks(IEnumerable<IComponentHealth> parts, IEnumerable<IHealthCheck> own, ComponentProbe probe)
    {
        _checks["scheduler"] = token => probe.CheckAsync(10259, token);
        _checks["controller-manager"] = token => probe.CheckAsync(10257, token);
        if (own.FirstOrDefault(static check => check is StoreCheck) is { } store) { _checks["etcd-0"] = token => OfStoreAsync(store, token); }
        foreach (var part in parts) { _checks[part.Name] = token => OfPartAsync(part, token); }
    }

    /// <summary>In order.</summary>
    public IEnumerable<string> Names => _checks.Keys;

    /// <summary>How a part is, or null where there is none of the name.</summary>
    public async ValueTask<V1ComponentStatus?> FindAsync(string name, CancellationToken cancellationToken)
        => !_checks.TryGetValue(name, out var check) ? null : new V1ComponentStatus
        {
            ApiVersion = "v1", Kind = "ComponentStatus", Metadata = new V1ObjectMeta { Name = name }, Conditions = [await check(cancellationToken).ConfigureAwait(false)],
        };

    /// <summary>How all parts are, asked at once.</summary>
    public async ValueTask<IReadOnlyList<V1ComponentStatus>> AllAsync(CancellationToken cancellationToken)
        => (await Task.WhenAll(_checks.Keys.Select(name => FindAsync(name, cancellationToken).AsTask())).ConfigureAwait(false))!;

    /// <summary>The one condition of a part; upstream leaves empty texts out.</summary>
    public static V1ComponentCondition Condition(bool isWell, string? message, string? error = null)
        => new() { Type = "Healthy", Status = isWell ? "True" : "False", Message = message, Error = error };

    private static async ValueTask<V1ComponentCondition> OfPartAsync(IComponentHealth part, CancellationToken cancellationToken)
        => await part.CheckAsync(cancellationToken).ConfigureAwait(false) is { } fault ? Condition(isWell: false, fault) : Condition(isWell: true, "ok");

    // Upstream tells of a store that does not answer in the error.
    private static async ValueTask<V1ComponentCondition> OfStoreAsync(IHealthCheck store, CancellationToken cancellationToken)
        => await store.CheckAsync(cancellationToken).ConfigureAwait(false) is { } fault ? Condition(isWell: false, null, fault) : Condition(isWell: true, "ok");
}
