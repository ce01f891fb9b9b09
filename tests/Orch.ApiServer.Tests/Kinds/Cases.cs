using k8s;
using k8s.Models;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>Ways to the faults of one object, for tables of cases.</summary>
internal static class Cases
{
    /// <summary>Of a new object.</summary>
    public static Func<string> Create<T>(string yaml)
        where T : class, IKubernetesObject<V1ObjectMeta> => () => Declared.CreateFaults<T>(yaml);

    /// <summary>Of a change.</summary>
    public static Func<string> Update<T>(string yaml, Action<T> change)
        where T : class, IKubernetesObject<V1ObjectMeta> => () => Declared.UpdateFaults(Declared.Created<T>(yaml), change);

    /// <summary>Of a change to an object whose status says something already.</summary>
    public static Func<string> UpdateWith<T>(string yaml, Action<T> status, Action<T> change)
        where T : class, IKubernetesObject<V1ObjectMeta> => () =>
        {
            var old = Declared.Created<T>(yaml);
            status(old);
            return Declared.UpdateFaults(old, change);
        };

    /// <summary>Of a change of the status.</summary>
    public static Func<string> Status<T>(string yaml, Action<T> change)
        where T : class, IKubernetesObject<V1ObjectMeta> => () => Declared.StatusFaults(Declared.Created<T>(yaml), change);

    /// <summary>Of a change of a status that says something already.</summary>
    public static Func<string> StatusWith<T>(string yaml, Action<T> status, Action<T> change)
        where T : class, IKubernetesObject<V1ObjectMeta> => () =>
        {
            var old = Declared.Created<T>(yaml);
            status(old);
            return Declared.StatusFaults(old, change);
        };

    /// <summary>A pod template with these labels and what stands in the pod's specification.</summary>
    public static string Template(string labels, string pod = "") => $"template: {{metadata: {{labels: {labels}}}, spec: {{{pod}{(pod.Length == 0 ? string.Empty : ", ")}containers: [{{name: c, image: i}}]}}}}";
}
