using k8s.Models;

namespace EmbeddedInAspNetCore;

internal static class Apps
{
    /// <summary>What <c>kubectl create deployment NAME --image=NAME</c> makes.</summary>
    public static V1Deployment Deployment(string name, int replicas)
    {
        var labels = new Dictionary<string, string> { ["app"] = name };
        return new V1Deployment
        {
            ApiVersion = "apps/v1",
            Kind = "Deployment",
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default", Labels = labels },
            Spec = new V1DeploymentSpec
            {
                Replicas = replicas,
                Selector = new V1LabelSelector { MatchLabels = labels },
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta { Labels = labels },
                    Spec = new V1PodSpec { Containers = [new V1Container { Name = name, Image = name }] },
                },
            },
        };
    }
}

/// <summary>A pod, as the endpoint shows it.</summary>
internal sealed record PodLine(string Namespace, string Name, string? Node, string? Phase);
