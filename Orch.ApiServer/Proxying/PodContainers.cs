using k8s.Models;

namespace Orch.ApiServer.Proxying;

/// <summary>Decides which container of a pod is meant.</summary>
/// <remarks>Messages of the pod registry.</remarks>
internal static class PodContainers
{
    /// <summary>The named container, or the only one.</summary>
    /// <exception cref="Client.ApiException">400: there is no such container, or several and none named.</exception>
    public static string Choose(V1Pod pod, string name)
    {
        var main = pod.Spec.Containers.Select(static item => item.Name).ToList();
        var init = (pod.Spec.InitContainers ?? []).Select(static item => item.Name).ToList();
        var ephemeral = (pod.Spec.EphemeralContainers ?? []).Select(static item => item.Name).ToList();
        if (name.Length > 0)
        {
            return main.Contains(name) || init.Contains(name) || ephemeral.Contains(name)
                ? name
                : throw ApiErrors.BadRequest($"container {name} is not valid for pod {pod.Metadata.Name}");
        }

        if (main.Count == 1 && init.Count == 0 && ephemeral.Count == 0) { return main[0]; }
        if (main.Count == 0) { throw ApiErrors.BadRequest($"a container name must be specified for pod {pod.Metadata.Name}"); }
        var message = $"a container name must be specified for pod {pod.Metadata.Name}, choose one of: [{string.Join(' ', main)}]";
        if (init.Count > 0) { message += $" or one of the init containers: [{string.Join(' ', init)}]"; }
        if (ephemeral.Count > 0) { message += $" or one of the ephemeral containers: [{string.Join(' ', ephemeral)}]"; }
        throw ApiErrors.BadRequest(message);
    }
}
