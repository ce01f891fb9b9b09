using Orch.ApiServer.Proxying;

namespace Orch.ApiServer.Subresources;

/// <summary><c>pods/exec</c>.</summary>
internal sealed class PodExecHandler(NodeLocator locator, UpgradeTunnel tunnel, ConnectAdmission admission)
    : PodCommandHandler(locator, tunnel, admission, "exec", "PodExecOptions");
