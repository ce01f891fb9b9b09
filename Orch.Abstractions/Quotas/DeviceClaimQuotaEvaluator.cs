using k8s;
using k8s.Models;
using Orch.Security;

namespace Orch.Quotas;

/// <summary>Counts claims of devices and the devices that they ask for, by device class.</summary>
/// <remarks>A request that may get all there are costs as many as a claim can get; of alternatives the dearest of each class counts.</remarks>
internal sealed class DeviceClaimQuotaEvaluator : QuotaEvaluator
{
    private const string PerClass = ".deviceclass.resource.k8s.io/devices";
    private const long MostDevices = 32;

    private DeviceClaimQuotaEvaluator()
        : base("count/resourceclaims.resource.k8s.io")
    {
    }

    public static DeviceClaimQuotaEvaluator Instance { get; } = new();

    public override bool Charges(AdmissionOperation operation, string subresource) => operation == AdmissionOperation.Create && subresource.Length == 0;

    public override bool Tracks(string name) => name == CountName || name.EndsWith(PerClass, StringComparison.Ordinal);

    public override Dictionary<string, ResourceQuantity> UsageOf(IKubernetesObject value, DateTimeOffset now)
    {
        var devices = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var request in (value as Resourcev1ResourceClaim)?.Spec?.Devices?.Requests ?? [])
        {
            var asked = request.FirstAvailable is { Count: > 0 } alternatives
                ? alternatives.GroupBy(static item => item.DeviceClassName ?? string.Empty, StringComparer.Ordinal)
                    .Select(static group => (group.Key, group.Max(static item => Devices(item.AllocationMode, item.Count))))
                : request.Exactly is { } exact ? [(exact.DeviceClassName ?? string.Empty, Devices(exact.AllocationMode, exact.Count))] : [];
            foreach (var (name, count) in asked) { devices[name] = Sum(devices.GetValueOrDefault(name), count); }
        }

        var usage = new Dictionary<string, ResourceQuantity> { [CountName] = Count(1) };
        foreach (var (name, count) in devices) { usage[name + PerClass] = Count(count); }
        return usage;
    }

    private static long Devices(string? mode, long? count) => mode switch { "All" => MostDevices, "ExactCount" => count ?? 0, _ => MostDevices };

    // Nobody has so many, but a client may ask for them.
    private static long Sum(long left, long right) => left > long.MaxValue - right ? long.MaxValue : left + right;
}
