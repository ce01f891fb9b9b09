using k8s;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Registry;

/// <summary>What a delete does to an object as it stands now.</summary>
/// <param name="Step">Remove it, mark it, or leave it.</param>
/// <param name="Marked">With <see cref="DeletionStep.Mark"/> the object to store.</param>
/// <remarks>Pure; the rules are apiserver's <c>rest.BeforeDelete</c> and the generic registry's treatment of finalizers.</remarks>
internal readonly record struct DeletionPlan(DeletionStep Step, IKubernetesObject<V1ObjectMeta>? Marked)
{
    private const string Orphan = "orphan";
    private const string Foreground = "foregroundDeletion";

    /// <summary>Decides.</summary>
    public static DeletionPlan For(ResourceDeclaration declaration, IKubernetesObject<V1ObjectMeta> old, DeleteCall call, DateTimeOffset now)
    {
        var metadata = old.Metadata;
        var isDeleting = metadata.DeletionTimestamp is not null;
        var pending = DeleteCall.GraceOf(Math.Max(0, metadata.DeletionGracePeriodSeconds ?? 0));
        TimeSpan? grace = null;
        if (isDeleting && pending > TimeSpan.Zero)
        {
            // Only a shorter time may be asked for later.
            if (call.GracePeriod is not { } wanted || wanted >= pending) { return new DeletionPlan(DeletionStep.Wait, null); }
            grace = wanted;
        }
        else if (!isDeleting)
        {
            grace = declaration.GracePeriodFor(old, call.GracePeriod);
        }

        var finalizers = FinalizersAfter(declaration, metadata, call);
        var isHeld = finalizers.Count > 0 || declaration.HoldsDeletion(old);
        if (!isHeld && (grace ?? TimeSpan.Zero) <= TimeSpan.Zero) { return new DeletionPlan(DeletionStep.Remove, null); }

        var value = ApiJson.DeepCopy(old);
        value.Metadata.Finalizers = finalizers.Count == 0 ? null : finalizers;
        if (grace is { } period)
        {
            Mark(value.Metadata, metadata, period, now, declaration.CountsDeletion);
            // Upstream's namespaces, which alone are held by their spec, have no grace period.
            if (declaration.HoldsDeletion(old)) { value.Metadata.DeletionGracePeriodSeconds = null; }
        }

        declaration.MarkDeleting(value);
        return isDeleting && grace is null && finalizers.SequenceEqual(metadata.Finalizers ?? [])
            ? new DeletionPlan(DeletionStep.Wait, null)
            : new DeletionPlan(DeletionStep.Mark, value);
    }

    /// <summary>Whether an update leaves nothing that keeps a deleted object.</summary>
    public static bool IsOver(ResourceDeclaration declaration, IKubernetesObject<V1ObjectMeta> value)
        => value.Metadata.DeletionTimestamp is not null
            && value.Metadata.Finalizers is not { Count: > 0 }
            && (value.Metadata.DeletionGracePeriodSeconds ?? 0) == 0
            && !declaration.HoldsDeletion(value);

    private static void Mark(V1ObjectMeta metadata, V1ObjectMeta old, TimeSpan grace, DateTimeOffset now, bool counts)
    {
        var seconds = (long)grace.TotalSeconds;
        if (old.DeletionTimestamp is { } due)
        {
            metadata.DeletionTimestamp = due.AddSeconds(seconds - (old.DeletionGracePeriodSeconds ?? 0));
        }
        else
        {
            metadata.DeletionTimestamp = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() + seconds).UtcDateTime;
            if (counts && metadata.Generation > 0) { metadata.Generation++; }
        }

        metadata.DeletionGracePeriodSeconds = seconds;
    }

    private static List<string> FinalizersAfter(ResourceDeclaration declaration, V1ObjectMeta metadata, DeleteCall call)
    {
        var there = metadata.Finalizers ?? [];
        var policy = declaration.DefaultPropagation == ResourceDeclaration.NoPropagation ? null : call.PropagationPolicy
            ?? call.OrphanDependents switch { true => "Orphan", false => "Background", null => null }
            ?? (there.Contains(Orphan) ? "Orphan" : there.Contains(Foreground) ? "Foreground" : declaration.DefaultPropagation);
        List<string> result = [.. there.Where(item => item is not (Orphan or Foreground))];
        if (policy == "Orphan") { result.Add(Orphan); }
        if (policy == "Foreground") { result.Add(Foreground); }
        return result.Count == there.Count && result.ToHashSet().SetEquals(there) ? [.. there] : result;
    }
}

/// <summary>The next step of a deletion.</summary>
internal enum DeletionStep
{
    /// <summary>The key goes.</summary>
    Remove,

    /// <summary>The object stays, changed.</summary>
    Mark,

    /// <summary>It is being deleted already.</summary>
    Wait,
}
