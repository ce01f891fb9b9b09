using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;

namespace Orch.Runtime.Docker.Engine;

/// <summary>The lowest <c>oom_score_adj</c> that the engine may give to a container.</summary>
/// <remarks>
/// Lowering it takes CAP_SYS_RESOURCE, which engines inside containers and some virtual machines lack: every start of a container that asks
/// for less would fail there. containerd calls the same remedy <c>restrict_oom_score_adj</c>.
/// </remarks>
internal sealed class OomScoreFloor(string socketPath)
{
    private const int SocketLevel = 1;      // SOL_SOCKET
    private const int PeerCredentials = 17; // SO_PEERCRED
    private const int SysResource = 24;
    private const int Lowest = -1000;
    private int? _floor;

    /// <summary>The wanted score, or the nearest one that the engine can give.</summary>
    public int Raise(int wanted) => wanted >= 0 ? wanted : Math.Max(wanted, _floor ??= Find());

    /// <summary>The floor of a process, from the texts of its <c>status</c> and <c>oom_score_adj</c> files.</summary>
    internal static int FloorOf(string status, string ownScore)
    {
        var line = status.Split('\n').FirstOrDefault(l => l.StartsWith("CapEff:", StringComparison.Ordinal));
        var isKnown = ulong.TryParse(line?["CapEff:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var capabilities);
        return !isKnown || (capabilities & (1UL << SysResource)) != 0
            ? Lowest
            : int.Parse(ownScore.Trim(), CultureInfo.InvariantCulture);
    }

    private int Find()
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(socketPath));
            var credentials = new byte[12];
            socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
            var processId = BitConverter.IsLittleEndian
                ? BinaryPrimitives.ReadInt32LittleEndian(credentials)
                : BinaryPrimitives.ReadInt32BigEndian(credentials);
            return FloorOf(File.ReadAllText($"/proc/{processId}/status"), File.ReadAllText($"/proc/{processId}/oom_score_adj"));
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or FormatException)
        {
            return Lowest; // Not to be seen from here: most engines may.
        }
    }
}
