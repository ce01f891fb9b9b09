using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Allocation;
using Orch.ApiServer.Kinds.AdmissionRegistration;
using Orch.ApiServer.Kinds.ApiExtensions;
using Orch.ApiServer.Kinds.ApiRegistration;
using Orch.ApiServer.Kinds.Apps;
using Orch.ApiServer.Kinds.Autoscaling;
using Orch.ApiServer.Kinds.Batch;
using Orch.ApiServer.Kinds.Certificates;
using Orch.ApiServer.Kinds.Coordination;
using Orch.ApiServer.Kinds.Core;
using Orch.ApiServer.Kinds.Core.Events;
using Orch.ApiServer.Kinds.Core.Nodes;
using Orch.ApiServer.Kinds.Core.Pods;
using Orch.ApiServer.Kinds.Core.Quotas;
using Orch.ApiServer.Kinds.Core.Services;
using Orch.ApiServer.Kinds.Devices;
using Orch.ApiServer.Kinds.Core.Volumes;
using Orch.ApiServer.Kinds.Discovery;
using Orch.ApiServer.Kinds.FlowControl;
using Orch.ApiServer.Kinds.Networking;
using Orch.ApiServer.Kinds.NodeGroup;
using Orch.ApiServer.Kinds.Policy;
using Orch.ApiServer.Kinds.Rbac;
using Orch.ApiServer.Kinds.Scheduling;
using Orch.ApiServer.Kinds.Storage;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Kinds;

/// <summary>The kinds that come with the server.</summary>
public static class BuiltInResources
{
    /// <summary>A new instance of each declaration.</summary>
    public static IReadOnlyList<ResourceDeclaration> All() =>
    [
        new ConfigMapDeclaration(),
        new EndpointsDeclaration(),
        new EventDeclaration(),
        new NamespaceDeclaration(),
        new LimitRangeDeclaration(),
        new NodeDeclaration(),
        new PersistentVolumeDeclaration(TimeProvider.System),
        new PersistentVolumeClaimDeclaration(),
        new PodDeclaration(),
        new PodTemplateDeclaration(),
        new ReplicationControllerDeclaration(),
        new ResourceQuotaDeclaration(),
        new SecretDeclaration(),
        new ServiceDeclaration(),
        new ServiceAccountDeclaration(),
        new CustomResourceDefinitionDeclaration(),
        new ApiServiceDeclaration(),
        new ControllerRevisionDeclaration(),
        new DaemonSetDeclaration(),
        new DeploymentDeclaration(),
        new ReplicaSetDeclaration(),
        new StatefulSetDeclaration(),
        new MutatingAdmissionPolicyDeclaration(),
        new MutatingAdmissionPolicyBindingDeclaration(),
        new MutatingWebhookConfigurationDeclaration(),
        new ValidatingAdmissionPolicyDeclaration(),
        new ValidatingAdmissionPolicyBindingDeclaration(),
        new ValidatingWebhookConfigurationDeclaration(),
        new CertificateSigningRequestDeclaration(),
        new FlowSchemaDeclaration(),
        new PriorityLevelConfigurationDeclaration(),
        new IngressDeclaration(),
        new IngressClassDeclaration(),
        new IPAddressDeclaration(),
        new NetworkPolicyDeclaration(),
        new ServiceCIDRDeclaration(),
        new DeviceClassDeclaration(),
        new ResourceClaimDeclaration(),
        new ResourceClaimTemplateDeclaration(),
        new ResourceSliceDeclaration(),
        new HorizontalPodAutoscalerDeclaration(),
        new V1HorizontalPodAutoscalerDeclaration(),
        new CronJobDeclaration(),
        new JobDeclaration(),
        new LeaseDeclaration(),
        new EndpointSliceDeclaration(),
        new EventsGroupEventDeclaration(),
        new ClusterRoleDeclaration(),
        new ClusterRoleBindingDeclaration(),
        new RoleDeclaration(),
        new RoleBindingDeclaration(),
        new RuntimeClassDeclaration(),
        new PodDisruptionBudgetDeclaration(),
        new PriorityClassDeclaration(),
        new CsiDriverDeclaration(),
        new CsiNodeDeclaration(),
        new CsiStorageCapacityDeclaration(),
        new StorageClassDeclaration(),
        new VolumeAttachmentDeclaration(),
        new VolumeAttributesClassDeclaration(),
    ];

    /// <summary>Registers each declaration, unless it has been, and what gives services their addresses and ports.</summary>
    public static IServiceCollection AddBuiltInResources(this IServiceCollection services, Action<ServiceAllocationOptions>? allocation = null)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ResourceDeclaration, PersistentVolumeDeclaration>());
        foreach (var declaration in All()) { services.TryAddEnumerable(ServiceDescriptor.Singleton<ResourceDeclaration>(declaration)); }
        var options = services.AddOptions<ServiceAllocationOptions>();
        if (allocation is not null) { options.Configure(allocation); }
        options.ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ServiceAllocationOptions>, ServiceAllocationOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ClaimStore>();
        services.TryAddSingleton<IServiceCidrs, ServiceCidrObjects>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IWriteHook, ServiceAllocator>());
        return services;
    }
}
