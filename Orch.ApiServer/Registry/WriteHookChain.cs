using k8s;
using k8s.Models;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Registry;

/// <summary>The write hooks of all resources.</summary>
internal sealed class WriteHookChain(IEnumerable<IWriteHook> hooks)
{
    private readonly IWriteHook[] _hooks = [.. hooks];

    /// <summary>Begins every hook that wants the write; when one refuses, those before it are told.</summary>
    public ValueTask<WriteHolds> BeginAsync(
        ResourceDeclaration declaration, IKubernetesObject<V1ObjectMeta>? value, IKubernetesObject<V1ObjectMeta>? old, bool isDryRun, CancellationToken cancellationToken)
    {
        foreach (var hook in _hooks)
        {
            if (hook.Handles(declaration)) { return BeginAllAsync(declaration, value, old, isDryRun, cancellationToken); }
        }

        return new ValueTask<WriteHolds>(WriteHolds.None);
    }

    private async ValueTask<WriteHolds> BeginAllAsync(
        ResourceDeclaration declaration, IKubernetesObject<V1ObjectMeta>? value, IKubernetesObject<V1ObjectMeta>? old, bool isDryRun, CancellationToken cancellationToken)
    {
        var holds = new WriteHolds([]);
        try
        {
            foreach (var hook in _hooks)
            {
                if (!hook.Handles(declaration)) { continue; }
                holds.Add(await hook.BeginAsync(value, old, isDryRun, cancellationToken).ConfigureAwait(false));
            }
        }
        catch
        {
            holds.Dispose();
            throw;
        }

        return holds;
    }
}

/// <summary>What the hooks hold for one write; given back on disposal unless committed.</summary>
internal sealed class WriteHolds(List<IWriteHold>? holds) : IDisposable
{
    private bool _committed;
    private bool _ended;

    /// <summary>Nothing is held.</summary>
    public static WriteHolds None { get; } = new(null);

    /// <summary>Adds one, if it is there.</summary>
    public void Add(IWriteHold? hold)
    {
        if (hold is not null) { holds?.Add(hold); }
    }

    /// <summary>The write happened: what was taken is kept.</summary>
    public void Commit() => _committed = holds is not null;

    /// <inheritdoc />
    public void Dispose()
    {
        if (holds is null || _ended) { return; }
        _ended = true;
        foreach (var hold in holds) { hold.Complete(_committed); }
    }
}
