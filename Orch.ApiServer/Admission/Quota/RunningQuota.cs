using k8s.Models;
using Orch.ApiServer.Caching;
using Orch.Serialization;

namespace Orch.ApiServer.Admission.Quota;

/// <summary>A quota while a batch of requests is charged to it.</summary>
/// <param name="stored">As it was read.</param>
internal sealed class RunningQuota(CachedObject stored)
{
    private readonly V1ResourceQuota _value = (V1ResourceQuota)stored.Value;

    /// <summary>As it was read; shared.</summary>
    public CachedObject Stored => stored;

    /// <summary>The quota; its status may be behind <see cref="Used"/>.</summary>
    public V1ResourceQuota Value => _value;

    public string Name => _value.Metadata.Name;

    /// <summary>The limits in force: those that the controller has seen.</summary>
    public IDictionary<string, ResourceQuantity>? Hard => _value.Status?.Hard;

    /// <summary>What is used, this batch included.</summary>
    public IDictionary<string, ResourceQuantity>? Used { get; private set; } = ((V1ResourceQuota)stored.Value).Status?.Used;

    /// <summary>Whether this batch used anything.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>Takes over a charge.</summary>
    public void Charge(IDictionary<string, ResourceQuantity> used)
    {
        Used = used;
        IsChanged = true;
    }

    /// <summary>The quota with its new status, owned by the caller.</summary>
    public V1ResourceQuota WithUsed()
    {
        var copy = ApiJson.DeepCopy(_value);
        copy.Status.Used = Used;
        copy.Metadata.ResourceVersion = null;
        return copy;
    }
}
