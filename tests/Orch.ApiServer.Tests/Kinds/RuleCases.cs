using k8s;
using k8s.Models;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>Makes cases for tables of rules.</summary>
internal static class RuleCases
{
    /// <summary>Faults of a new object.</summary>
    public static Func<string> Create<T>(string yaml)
        where T : class, IKubernetesObject<V1ObjectMeta> => () => Declared.CreateFaults<T>(yaml);

    /// <summary>Faults of a change.</summary>
    public static Func<string> Update<T>(string yaml, Action<T> change)
        where T : class, IKubernetesObject<V1ObjectMeta> => () => Declared.UpdateFaults(Declared.Created<T>(yaml), change);

    /// <summary>Faults of a change of the status.</summary>
    public static Func<string> Status<T>(string yaml, Action<T> change)
        where T : class, IKubernetesObject<V1ObjectMeta> => () => Declared.StatusFaults(Declared.Created<T>(yaml), change);
}
