using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orch.ApiServer;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Security;

// An API server alone, for load generators: writes admin.crt, admin.key, ca.crt and a kubeconfig into a folder.
// Arguments: FOLDER PORT [DATA]; with DATA the store is durable in that folder, without it is in memory.
var folder = args.Length > 0 ? args[0] : Path.Combine(Path.GetTempPath(), "orch-apiserver-bench");
var port = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 6443;
Directory.CreateDirectory(folder);
using var certificates = new TestCertificates();
using var admin = certificates.Client("kubernetes-admin", "system:masters");
await File.WriteAllTextAsync(Path.Combine(folder, "ca.crt"), certificates.Authority.ExportCertificatePem());
await File.WriteAllTextAsync(Path.Combine(folder, "admin.crt"), admin.ExportCertificatePem());
await File.WriteAllTextAsync(Path.Combine(folder, "admin.key"), admin.GetECDsaPrivateKeyPem());
await File.WriteAllTextAsync(Path.Combine(folder, "kubeconfig"),
    $$$"""
    apiVersion: v1
    kind: Config
    clusters: [{name: bench, cluster: {server: "https://127.0.0.1:{{{port}}}", certificate-authority: "{{{folder}}}/ca.crt"}}]
    users: [{name: admin, user: {client-certificate: "{{{folder}}}/admin.crt", client-key: "{{{folder}}}/admin.key"}}]
    contexts: [{name: bench, context: {cluster: bench, user: admin}}]
    current-context: bench
    """);

var watch = Stopwatch.StartNew();
var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
builder.Services.AddLogging(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Information));
builder.Services.AddSingleton(TimeProvider.System).AddHostedService<Orch.Host.Cli.IdleMemory>();
builder.Services.AddOrchMemoryStore(options => options.DataDirectory = args.Length > 2 ? args[2] : null);
builder.Services.AddSingleton<IAuthenticator, SubjectAuthenticator>();
builder.Services.AddOrchApiServer(options =>
{
    options.Port = port;
    options.BindAddress = "127.0.0.1";
    options.ServingCertificate = certificates.Server;
});
using var host = builder.Build();
await host.StartAsync();
using var self = Process.GetCurrentProcess();
Console.WriteLine($"CPU since the start of the process {self.TotalProcessorTime.TotalMilliseconds:F0} ms, wall {(DateTime.Now - self.StartTime).TotalMilliseconds:F0} ms, {self.WorkingSet64 >> 20} MiB");
Console.WriteLine($"ready at {host.Services.GetRequiredService<ApiServerEndpoint>().Address} after {watch.ElapsedMilliseconds} ms; process {Environment.ProcessId}; {folder}");
await host.WaitForShutdownAsync();
