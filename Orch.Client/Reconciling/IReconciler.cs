using Orch.Resources;

namespace Orch.Client.Reconciling;

/// <summary>Brings one object's actual state towards what is desired.</summary>
/// <remarks>
/// Level-triggered: decides from present state, and running twice changes nothing. Never called twice at once for one key.
/// An exception means "again, later, with back-off"; a fault that the user must fix becomes a condition and an event instead.
/// </remarks>
public interface IReconciler
{
    /// <summary>Works on one key; the object may be gone.</summary>
    ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken);
}

/// <summary>What a reconciler wants next for its key.</summary>
/// <param name="After">Null: nothing until the next event; else look again after this time.</param>
public readonly record struct ReconcileResult(TimeSpan? After)
{
    /// <summary>Nothing until the next event.</summary>
    public static ReconcileResult Done => default;

    /// <summary>Look again after a time, without counting as a failure.</summary>
    public static ReconcileResult RequeueAfter(TimeSpan after) => new(after);
}
