using k8s;
using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Admission.PodSecurity;

/// <summary>Finds the pod template in kinds that make pods.</summary>
internal static class PodTemplatesOf
{
    /// <summary>Whether objects of the resource have a template.</summary>
    public static bool Has(GroupVersionResource resource) => (resource.Group, resource.Resource) is
        ("", "replicationcontrollers" or "podtemplates") or ("apps", "replicasets" or "deployments" or "statefulsets" or "daemonsets") or ("batch", "jobs" or "cronjobs");

    /// <summary>The template, or null.</summary>
    public static V1PodTemplateSpec? Find(IKubernetesObject? value) => value switch
    {
        V1PodTemplate item => item.Template,
        V1ReplicationController item => item.Spec?.Template,
        V1ReplicaSet item => item.Spec?.Template,
        V1Deployment item => item.Spec?.Template,
        V1StatefulSet item => item.Spec?.Template,
        V1DaemonSet item => item.Spec?.Template,
        V1Job item => item.Spec?.Template,
        V1CronJob item => item.Spec?.JobTemplate?.Spec?.Template,
        _ => null,
    };
}
