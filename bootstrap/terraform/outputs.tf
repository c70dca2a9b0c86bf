output "role_arns" {
  description = "Input role-to-assume, by mode."
  value       = { for mode, role in aws_iam_role.job : mode => role.arn }
}

output "rbac_commands" {
  description = "What gives the groups their rights in the cluster; to be run at the root of this repository."
  value = [
    for mode, group in var.kubernetes_groups :
    "sed 's/spaces-workload-identity/${group}/g' permissions/rbac/${mode}-${var.identity}.yaml | kubectl apply -f -"
  ]
}
