using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orch.ApiServer.Admission.Certificates;
using Orch.ApiServer.Admission.Limits;
using Orch.ApiServer.Admission.Matching;
using Orch.ApiServer.Admission.Networking;
using Orch.ApiServer.Admission.Nodes;
using Orch.ApiServer.Admission.Ownership;
using Orch.ApiServer.Admission.Policies;
using Orch.ApiServer.Admission.Policies.TypeChecking;
using Orch.ApiServer.Admission.PodSecurity;
using Orch.ApiServer.Admission.Quota;
using Orch.ApiServer.Admission.Runtime;
using Orch.ApiServer.Admission.Storage;
using Orch.ApiServer.Admission.Webhooks;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Proxying;
using Orch.ApiServer.Security.Lookup;
using Orch.Security;

namespace Orch.ApiServer.Admission;

/// <summary>Registers the admission plugins that come with the server; which of them run, and in which order, is <see cref="AdmissionOrder"/>'s.</summary>
internal static class AdmissionRegistration
{
    public static void AddAdmissionPlugins(this IServiceCollection services)
    {
        services.TryAddSingleton<IResourceEquivalents, ServedEquivalents>();
        AddPlugin<LimitRanger>(services);
        AddPlugin<TaintNodesByCondition>(services);
        services.TryAddSingleton<PodSecurityEvaluator>();
        AddPlugin<PodSecurityAdmission>(services);
        AddPlugin<DefaultStorageClass>(services);
        AddPlugin<StorageObjectInUseProtection>(services);
        AddPlugin<OwnerReferencesPermissionEnforcement>(services);
        AddPlugin<PersistentVolumeClaimResize>(services);
        AddPlugin<RuntimeClassAdmission>(services);
        services.TryAddSingleton<SignerPermission>();
        AddPlugin<CertificateApproval>(services);
        AddPlugin<CertificateSigning>(services);
        AddPlugin<CertificateSubjectRestriction>(services);
        AddPlugin<DefaultIngressClass>(services);
        AddPlugin<PodTopologyLabels>(services);
        services.TryAddSingleton<PolicyServices>();
        services.TryAddSingleton<MutationApplier>();
        AddPlugin<MutatingPolicies>(services);
        AddPlugin<ValidatingPolicies>(services);
        services.TryAddSingleton<ServedTypes>();
        services.TryAddSingleton<PolicyTypeChecker>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBackgroundLoop, PolicyStatusController>());
        AddWebhooks(services);
        services.TryAddSingleton<DefaultLimits>();
        services.TryAddSingleton<QuotaLedger>();
        AddPlugin<ResourceQuotaAdmission>(services);
    }

    private static void AddWebhooks(IServiceCollection services)
    {
        services.TryAddSingleton<ServiceLocator>();
        services.TryAddSingleton<WebhookCaller>();
        services.TryAddSingleton<WebhookMetrics>();
        services.TryAddSingleton<WebhookDispatch>();
        services.TryAddSingleton(static provider => new WebhookSet<V1MutatingWebhookConfiguration>(
            provider.GetRequiredService<IObjectLookup>(), provider.GetRequiredService<ServiceLocator>(), WebhookDefinition.Of));
        services.TryAddSingleton(static provider => new WebhookSet<V1ValidatingWebhookConfiguration>(
            provider.GetRequiredService<IObjectLookup>(), provider.GetRequiredService<ServiceLocator>(), WebhookDefinition.Of));
        AddPlugin<MutatingWebhooks>(services);
        AddPlugin<ValidatingWebhooks>(services);
    }

    private static void AddPlugin<T>(IServiceCollection services)
        where T : class, IAdmissionPlugin => services.TryAddEnumerable(ServiceDescriptor.Singleton<IAdmissionPlugin, T>());
}
