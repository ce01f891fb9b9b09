using k8s.Models;

namespace Orch.ApiServer.Admission.PodSecurity;

/// <summary>A pod, or a template of one, under check.</summary>
internal sealed class CheckedPod(V1ObjectMeta? metadata, V1PodSpec spec)
{
    public IDictionary<string, string> Annotations { get; } = metadata?.Annotations ?? new Dictionary<string, string>();

    public V1PodSpec Spec => spec;

    /// <summary>Init, app and ephemeral containers.</summary>
    public List<CheckedContainer> Containers { get; } = CheckedContainer.Of(spec);

    public bool IsWindows => spec.Os?.Name == "windows";

    /// <summary>Root in it is nobody on the node.</summary>
    public bool HasOwnUsers => spec.HostUsers == false;

    /// <summary>The names of the containers that a rule picks.</summary>
    public List<string> NamesWhere(Func<CheckedContainer, bool> rule)
    {
        var names = new List<string>();
        foreach (var container in Containers)
        {
            if (rule(container)) { names.Add(container.Name); }
        }

        return names;
    }
}
