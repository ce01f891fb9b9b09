using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Orch.Load.Bench;

// A load generator whose own work is small, for figures that a usual client on the same cores would bound: lists and watches are read in place and counted, nothing is parsed.
// Arguments: FOLDER PORT PID list|watch|watch-protobuf [COUNT] [CONNECTIONS]; FOLDER holds ca.crt, admin.crt and admin.key, PID is the server's, for its CPU. It makes the pods that it needs.
// list: COUNT (300) lists of all pods, 5,000 or more, one at a time.
// watch: 100 watches of the pods of a namespace over CONNECTIONS (1), while COUNT (12,800) merge patches of one annotation go to 64 of them, 64 at once.
// watch-protobuf: the same, the watchers in protobuf as the components of a cluster watch.
if (args.Length < 4)
{
    Console.Error.WriteLine("arguments: FOLDER PORT PID list|watch|watch-protobuf [COUNT] [CONNECTIONS]");
    return 2;
}

var (folder, port, pid, command) = (args[0], Number(1, 0), Number(2, 0), args[3]);
using var authority = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "ca.crt"));
using var admin = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "admin.crt"), Path.Combine(folder, "admin.key"));
using var setup = new Setup(port, admin, authority);
var meter = new CpuMeter(pid);
switch (command)
{
    case "list":
        await setup.PodsAsync(Enumerable.Range(0, ListRun.Pods).Select(ListRun.NameOf));
        using (var connections = new Connections(1, port, admin, authority)) { Console.WriteLine(await new ListRun(connections, meter).RunAsync(Number(4, 300))); }
        return 0;
    case "watch" or "watch-protobuf":
        await setup.PodsAsync(Enumerable.Range(0, WatchRun.Targets).Select(WatchRun.NameOf));
        using (var connections = new Connections(Number(5, 1), port, admin, authority)) { Console.WriteLine(await new WatchRun(connections, meter, isProtobuf: command == "watch-protobuf").RunAsync(Number(4, 12_800))); }
        return 0;
    default:
        Console.Error.WriteLine($"'{command}' is neither list nor watch nor watch-protobuf");
        return 2;
}

int Number(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
