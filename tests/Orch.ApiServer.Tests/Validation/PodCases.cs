using k8s.Models;
using Orch.ApiServer.Tests.Kinds;

namespace Orch.ApiServer.Tests.Validation;

/// <summary>Ways to the faults of one pod, for tables of cases.</summary>
internal static class PodCases
{
    /// <summary>Of a pod whose specification says this besides its container.</summary>
    public static Func<string> Spec(string spec, string metadata = "name: web-0") => Cases.Create<V1Pod>(Whole($"{spec}, containers: [{{name: web, image: i}}]", metadata));

    /// <summary>Of a pod whose container says this.</summary>
    public static Func<string> Container(string container, string spec = "") => Cases.Create<V1Pod>(Whole($"{spec}{(spec.Length == 0 ? "" : ", ")}containers: [{{name: web, image: i, {container}}}]"));

    /// <summary>Of a pod with this volume.</summary>
    public static Func<string> Volume(string volume) => Spec($"volumes: [{{name: v, {volume}}}]");

    /// <summary>Of a pod with a volume of one projection.</summary>
    public static Func<string> Projection(params string[] sources) => Volume($"projected: {{sources: [{string.Join(", ", sources.Select(source => $"{{{source}}}"))}]}}");

    /// <summary>Of a change to a pod.</summary>
    public static Func<string> Update(string spec, Action<V1Pod> change, string metadata = "name: web-0")
        => Cases.Update(Whole($"{spec}{(spec.Length == 0 ? "" : ", ")}containers: [{{name: web, image: i}}]", metadata), change);

    /// <summary>A pod with an account, as admission leaves it.</summary>
    public static string Whole(string spec, string metadata = "name: web-0") => $"{{metadata: {{{metadata}}}, spec: {{serviceAccountName: default, {spec}}}}}";
}
