using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds;

/// <summary>Counts changes of what is wanted.</summary>
internal static class Generations
{
    /// <summary>One more than before when the specification changed, else as before.</summary>
    public static long? Next(object? spec, object? oldSpec, V1ObjectMeta old)
        => ContentEquality.Same(spec, oldSpec) ? old.Generation : (old.Generation ?? 0) + 1;
}
