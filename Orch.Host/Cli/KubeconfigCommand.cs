using System.CommandLine;

namespace Orch.Host.Cli;

/// <summary><c>orch kubeconfig</c>: where the kubeconfig of a cluster lies, or what is in it.</summary>
internal static class KubeconfigCommand
{
    public static Command Create()
    {
        var data = UpOptions.DataDirectory();
        var raw = new Option<bool>("--raw") { Description = "Print the file itself, credentials included." };
        var command = new Command("kubeconfig", "Prints where the cluster's kubeconfig lies.") { data, raw };
        command.SetAction(parsed =>
        {
            var path = Path.GetFullPath(Path.Combine(parsed.GetValue(data)!, "admin.kubeconfig"));
            if (!File.Exists(path))
            {
                Console.Error.WriteLine($"error: {path} does not exist. Start the cluster with 'orch up', or name its directory with --data-dir.");
                return 1;
            }

            Console.WriteLine(parsed.GetValue(raw) ? File.ReadAllText(path) : path);
            return 0;
        });
        return command;
    }
}
