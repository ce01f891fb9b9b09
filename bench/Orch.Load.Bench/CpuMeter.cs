using System.Globalization;

namespace Orch.Load.Bench;

/// <summary>CPU seconds of this process and of the server's, from its beginning to now.</summary>
internal sealed class CpuMeter(int server)
{
    private double _own;
    private double _server;

    public void Begin() => (_own, _server) = (Own(), Server());

    /// <summary>Seconds since <see cref="Begin"/>.</summary>
    public (double Own, double Server) Used => (Own() - _own, Server() - _server);

    private static double Own() => Environment.CpuUsage.TotalTime.TotalSeconds;

    // Ticks of user and system time, 100 a second, counted from behind the name in brackets (proc(5)).
    private double Server()
    {
        var stat = File.ReadAllText($"/proc/{server}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / 100;
    }
}
