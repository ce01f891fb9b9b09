using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Orch.Runtime.Docker;

internal sealed partial class DockerRuntimeOptionsValidator : IValidateOptions<DockerRuntimeOptions>
{
    public ValidateOptionsResult Validate(string? name, DockerRuntimeOptions options)
    {
        List<string> faults = [];
        Check(
            Path.IsPathFullyQualified(options.SocketPath),
            $"{nameof(options.SocketPath)} '{options.SocketPath}' is not an absolute path; name the engine's Unix socket, such as /var/run/docker.sock");
        Check(
            ClusterIdPattern().IsMatch(options.ClusterId),
            $"{nameof(options.ClusterId)} '{options.ClusterId}' must be 1 to 63 letters, digits, dots, dashes or underscores, and begin with a letter or digit");
        Check(
            options.PauseImage.Length == 0 || Images.ImageReference.TryParse(options.PauseImage, out _),
            $"{nameof(options.PauseImage)} '{options.PauseImage}' is no image reference; leave it empty for the built-in image, or write one like registry.example/pause:3.10");
        Check(options.CallTimeout > TimeSpan.Zero, $"{nameof(options.CallTimeout)} is {options.CallTimeout}; it must be above zero");
        Check(options.PullProgressTimeout > TimeSpan.Zero, $"{nameof(options.PullProgressTimeout)} is {options.PullProgressTimeout}; it must be above zero");
        Check(options.LogMaxBytes >= 1024, $"{nameof(options.LogMaxBytes)} is {options.LogMaxBytes}; it must be at least 1024");
        Check(options.LogMaxFiles >= 1, $"{nameof(options.LogMaxFiles)} is {options.LogMaxFiles}; it must be at least 1");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check(bool isFine, string fault)
        {
            if (!isFine)
            {
                faults.Add(fault);
            }
        }
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$")]
    private static partial Regex ClusterIdPattern();
}
