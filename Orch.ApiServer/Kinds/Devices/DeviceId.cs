using k8s.Models;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>What tells one allocated device, or one share of it, from all others.</summary>
internal readonly record struct DeviceId(string? Driver, string? Pool, string? Device, string? Share)
{
    /// <summary>The device that a status is about.</summary>
    public static DeviceId Of(V1AllocatedDeviceStatus status) => new(status.Driver, status.Pool, status.Device, status.ShareID);

    /// <summary><c>driver/pool/device</c>, and the share where there is one.</summary>
    public override string ToString() => Share is null ? $"{Driver}/{Pool}/{Device}" : $"{Driver}/{Pool}/{Device}/{Share}";
}
